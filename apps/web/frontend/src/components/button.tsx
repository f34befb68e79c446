import clsx from "clsx";
import { LoaderCircle } from "lucide-react";
import type { ComponentProps } from "react";
import { Link, type LinkProps } from "react-router";

export type ButtonLook = "primary" | "secondary" | "quiet" | "danger";
type ButtonSize = "md" | "sm" | "icon";

const LOOKS: Record<ButtonLook, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong",
  secondary: "bg-surface text-ink border border-line-strong/50 hover:border-line-strong hover:bg-sunken",
  quiet: "text-muted hover:bg-sunken hover:text-ink",
  danger: "bg-surface text-bad border border-bad/40 hover:bg-bad-soft",
};

const SIZES: Record<ButtonSize, string> = {
  md: "min-h-11 px-4 text-[0.95rem]",
  sm: "min-h-9 px-3 text-sm",
  icon: "size-10 justify-center",
};

function classes(look: ButtonLook, size: ButtonSize, className?: string): string {
  return clsx(
    "inline-flex items-center justify-center gap-2 rounded-field font-semibold whitespace-nowrap transition-colors",
    "disabled:cursor-not-allowed disabled:opacity-55",
    LOOKS[look],
    SIZES[size],
    className,
  );
}

interface Styled {
  look?: ButtonLook;
  size?: ButtonSize;
}

interface ButtonProps extends ComponentProps<"button">, Styled {
  busy?: boolean;
}

export function Button({ look = "secondary", size = "md", busy = false, className, children, ...rest }: ButtonProps) {
  return (
    <button type="button" className={classes(look, size, className)} {...rest} disabled={rest.disabled || busy} aria-busy={busy || undefined}>
      {busy && <LoaderCircle className="size-4 animate-spin" aria-hidden="true" />}
      {children}
    </button>
  );
}

export function ButtonLink({ look = "secondary", size = "md", className, ...rest }: LinkProps & Styled) {
  return <Link className={classes(look, size, className as string | undefined)} {...rest} />;
}
