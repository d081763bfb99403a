"""Reading and writing vCards: tolerant, lossless, linear in time; standard library only."""
