"""What the tasks are and how they run: submitted once, queued durably, made by workers, settled once.

submit ── one transaction ──▶ task + clips + reserved credits + queue entries
worker ── one clip at a time ──▶ begin → make (in a warm child process) → finish
finish of a task's last clip ──▶ settle (a song came out) or release (none did)
"""
