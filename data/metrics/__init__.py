"""The metric catalogue: the one place that says what a figure means."""
