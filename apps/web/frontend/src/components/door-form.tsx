import { useState, type ReactNode } from "react";
import type { UseMutationResult } from "@tanstack/react-query";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { TextField } from "@/components/field";
import { useErrorText } from "@/components/states";

/** A text field of such a form. */
export interface DoorField<Name extends string> {
  name: Name;
  label: string;
  hint?: ReactNode;
  type?: "email" | "password";
  autoComplete: string;
  maxLength?: number;
}

interface DoorFormProps<Name extends string> {
  lead: string;
  fields: readonly DoorField<Name>[];
  /** May what was typed be sent? */
  ready: (values: Record<Name, string>) => boolean;
  sending: Pick<UseMutationResult<unknown, unknown, never>, "isPending" | "isError" | "error">;
  onSend: (values: Record<Name, string>) => void;
  submit: string;
}

/** The form of the pages that mails lead to: a sentence, a field or two, one button. */
export function DoorForm<Name extends string>({ lead, fields, ready, sending, onSend, submit }: DoorFormProps<Name>) {
  const errorText = useErrorText();
  const [values, setValues] = useState(() => Object.fromEntries(fields.map(({ name }) => [name, ""])) as Record<Name, string>);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSend(values);
      }}
      className="space-y-5"
    >
      <p className="text-muted">{lead}</p>
      {sending.isError && <Banner tone="bad">{errorText(sending.error)}</Banner>}
      {fields.map(({ name, ...field }) => (
        <TextField key={name} {...field} value={values[name]} onChange={({ target }) => setValues({ ...values, [name]: target.value })} />
      ))}
      <Button type="submit" look="primary" className="w-full" busy={sending.isPending} disabled={!ready(values)}>
        {submit}
      </Button>
    </form>
  );
}
