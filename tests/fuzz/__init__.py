"""Random and damaged input for every parser of ours: a clear refusal or success, never a crash, a hang or a bomb."""
