"""Event correlation: what monitor files say, matched on durable-rules in a process of its own, and the alerts of it."""
