import clsx from "clsx";
import { useState, type DragEvent, type ReactNode } from "react";

interface DropFrameProps {
  onFiles: (files: File[]) => void;
  className?: string;
  children: ReactNode;
}

/** A dashed frame that takes what is dropped on it; inside stands the other way to choose files. */
export function DropFrame({ onFiles, className, children }: DropFrameProps) {
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    onFiles([...event.dataTransfer.files]);
  };
  return (
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={clsx(
        "rounded-card border-2 border-dashed transition-colors",
        over ? "border-accent bg-accent-soft" : "border-line-strong/60 bg-surface",
        className,
      )}
    >
      {children}
    </div>
  );
}
