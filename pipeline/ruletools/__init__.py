"""Tools for those who own the rulebook: checks of the set, measurements, documents, exchange."""
