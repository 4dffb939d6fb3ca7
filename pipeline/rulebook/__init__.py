"""The rulebook: its files, read and checked; phrases and the texts they are found in."""
