"""What the exports of Meta (Facebook, Instagram, Threads) have in common."""
