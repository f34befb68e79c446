import { useRef, type ReactNode } from "react";
import { Button, type ButtonLook } from "./button";

interface FilePickProps {
  /** What a screen reader says of the file input. */
  label: string;
  accept: string;
  multiple?: boolean;
  look?: ButtonLook;
  size?: "md" | "sm";
  onFiles: (files: File[]) => void;
  children: ReactNode;
}

/** A button that asks for files. */
export function FilePick({ label, accept, multiple = false, look, size, onFiles, children }: FilePickProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        accept={accept}
        multiple={multiple}
        className="sr-only"
        tabIndex={-1}
        aria-label={label}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
      <Button look={look} size={size} onClick={() => input.current?.click()}>
        {children}
      </Button>
    </>
  );
}
