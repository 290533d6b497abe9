"""MODEL and DATA, as given on a command line, made into live models and arrays."""
