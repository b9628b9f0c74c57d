"""Sets of values, exactly: what rows of tables match and where conditions are true, and what that leaves."""
