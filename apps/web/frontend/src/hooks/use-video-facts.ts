import { useEffect, useState } from "react";

export interface VideoFileFacts {
  duration_s: number;
  width: number;
  height: number;
}

type Reading = { state: "none" | "reading" | "unreadable"; facts: null } | { state: "read"; facts: VideoFileFacts };

/**
 * What the browser can tell of a chosen file. `unreadable` is no error: phones film in codecs some browsers cannot
 * play, and the server decides by decoding.
 */
export function useVideoFacts(file: File | null): Reading {
  const [reading, setReading] = useState<Reading>({ state: "none", facts: null });
  useEffect(() => {
    if (!file) {
      setReading({ state: "none", facts: null });
      return;
    }
    setReading({ state: "reading", facts: null });
    const url = URL.createObjectURL(file);
    const video = document.createElement("video");
    video.preload = "metadata";
    video.onloadedmetadata = () => {
      const { duration, videoWidth, videoHeight } = video;
      const known = Number.isFinite(duration) && duration > 0 && videoWidth > 0;
      setReading(
        known
          ? { state: "read", facts: { duration_s: duration, width: videoWidth, height: videoHeight } }
          : { state: "unreadable", facts: null },
      );
    };
    video.onerror = () => setReading({ state: "unreadable", facts: null });
    video.src = url;
    return () => {
      video.removeAttribute("src");
      URL.revokeObjectURL(url);
    };
  }, [file]);
  return reading;
}
