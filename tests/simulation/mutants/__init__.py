"""The product broken on purpose, in named ways (`make mutants`): each must be caught by some story."""
