"""A body in three dimensions, in SMPL's form: the model, its fit to keypoints, joint angles, and its export."""
