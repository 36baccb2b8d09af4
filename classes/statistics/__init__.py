"""What a quiz and its questions are worth as measures: whose attempts are counted, the figures, how they are told."""
