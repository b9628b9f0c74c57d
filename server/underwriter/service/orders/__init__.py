"""What was ordered of policies beside their files: versions held, parameters set, rollouts."""
