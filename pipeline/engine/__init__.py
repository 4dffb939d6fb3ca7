"""durable_rules, made exact: rules compiled, decided class by class, checked by an oracle."""
