"""Small defects on purpose, each against a promise: `make mutants` shows which test finds each."""
