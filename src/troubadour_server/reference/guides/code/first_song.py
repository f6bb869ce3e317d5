"""Orders songs, waits for them, and says where they lie."""

import time

import httpx

BASE, KEY = "http://127.0.0.1:8000", "YOUR_API_KEY"
SONG = {"custom_mode": False, "mv": "sonic-v5", "gpt_description_prompt": "a slow piano waltz about winter trains"}

with httpx.Client(base_url=BASE, headers={"Authorization": f"Bearer {KEY}"}, timeout=60) as client:
    task_id = client.post("/api/v1/sonic/create", json=SONG).raise_for_status().json()["task_id"]
    while (answer := client.get(f"/api/v1/sonic/task/{task_id}")).status_code == 202:
        time.sleep(5)
    for song in answer.raise_for_status().json()["data"]:
        print(song["title"], song["audio_url"] or song["error_message"])
