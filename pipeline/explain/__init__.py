"""Why a verdict came out as it did: evidence in words, the rationale, what would flip it."""
