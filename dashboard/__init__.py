"""The Dash app that shows the reporting database: pages, figures, exports."""
