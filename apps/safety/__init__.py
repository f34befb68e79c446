"""What protects the player: sourced limits on training, matches and return to play."""
