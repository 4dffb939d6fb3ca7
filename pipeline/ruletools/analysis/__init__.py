"""The rulebook as a whole, examined by a solver over every initiative there could be."""
