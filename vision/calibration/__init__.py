"""Metres from pixels: pitch models, pitch homography, lens, cameras, scale from players' heights."""
