/** Keeps the screen awake while a phone films. The system takes the lock when the page is hidden; it is asked for again. */
export function keepAwake(): () => void {
  let lock: WakeLockSentinel | null = null;
  let stopped = false;
  const ask = async () => {
    if (stopped || document.hidden || !("wakeLock" in navigator)) return;
    try {
      lock = await navigator.wakeLock.request("screen");
      if (stopped) void lock.release();
    } catch {
      // Low battery: the system decides, and the page says what happens when the screen locks.
    }
  };
  document.addEventListener("visibilitychange", ask);
  void ask();
  return () => {
    stopped = true;
    document.removeEventListener("visibilitychange", ask);
    void lock?.release();
  };
}
