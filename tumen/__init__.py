"""The composition root: knows everyone, known by no one."""
