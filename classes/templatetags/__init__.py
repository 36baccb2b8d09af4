"""What templates may ask of classes."""
