"""What notifiers share: their settings, the network, the session's bus."""
