"""The pages under /aftaler/, for data owners and vendors."""
