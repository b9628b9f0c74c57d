"""Works out which values everything that a policy computes may take, from those that its inputs may have."""
