"""What happens in a film: touches, possessions, passes, shots, dribbles, jumps and turns, each with its evidence.

Start reading at `find.py`. The ball is followed in the picture, measured in bodies: a person's height in the picture
says how large a metre is there, so touches need no calibration. What needs metres on the pitch says so.
"""
