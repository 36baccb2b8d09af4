"""Lists of people as schools have them: read from text or a workbook, their columns recognised, each line checked."""
