"""The pages of people and organisations: fetch, call, message, redirect."""
