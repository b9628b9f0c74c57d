"""The processes of a server: the supervisor, its workers, and what they tell each other."""
