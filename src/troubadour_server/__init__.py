"""Everything that makes the musician a service."""
