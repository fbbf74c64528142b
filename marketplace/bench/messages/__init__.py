"""What we promise of messages: none lost, none repeated, whoever is killed."""
