"""The upper room: what is asked, answered and earned."""
