"""Takes up changed rule files while the server runs: watches, checks, tests, and hands them to every worker."""
