"""Course folders changed at random, by seed: each loads, or says where its mistakes are."""
