import clsx from "clsx";
import { useEffect, useState, type Ref } from "react";

interface PictureProps {
  stream: MediaStream;
  label: string;
  /** A front camera is shown as a mirror, which is what people expect of it; what is sent is not mirrored. */
  mirrored?: boolean;
  className?: string;
  ref?: Ref<HTMLVideoElement>;
}

/** A stream as it comes from the camera. */
export function Picture({ stream, label, mirrored = false, className, ref }: PictureProps) {
  const [video, setVideo] = useState<HTMLVideoElement | null>(null);
  useEffect(() => {
    if (!video) return;
    video.srcObject = stream;
    // Refused while the page is hidden; it starts by itself when it is shown.
    void video.play().catch(() => undefined);
    return () => {
      video.srcObject = null;
    };
  }, [video, stream]);
  return (
    <video
      ref={(element) => {
        setVideo(element);
        if (typeof ref === "function") ref(element);
        else if (ref) ref.current = element;
      }}
      className={clsx("object-contain", mirrored && "-scale-x-100", className)}
      playsInline
      muted
      autoPlay
      aria-label={label}
    />
  );
}
