"""The user's own programs, notebooks and test suites, watched."""
