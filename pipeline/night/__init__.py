"""What makes a run safe while nobody is watching: a steady input, last night, word to others."""
