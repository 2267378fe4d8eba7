"""Throughput of the ETL and of page queries, beside yardsticks measured in the same run. Never a test."""
