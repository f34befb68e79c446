import { zodResolver } from "@hookform/resolvers/zod";
import { useForm } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { Link, Navigate, useLocation } from "react-router";
import { z } from "zod/mini";
import { ApiError } from "@/api/errors";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { Door } from "@/components/door";
import { TextField } from "@/components/field";
import { useErrorText } from "@/components/states";
import { useMe, useSignIn } from "@/hooks/use-account";
import { useTitle } from "@/hooks/use-title";

const schema = z.object({
  email: z.email("form.email"),
  password: z.string().check(z.minLength(1, "form.password")),
});

type Values = z.infer<typeof schema>;

/** A message key of the schema as a sentence. */
type FormKey = "form.email" | "form.password";

function SignInForm() {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const signIn = useSignIn();
  const { register, handleSubmit, formState } = useForm<Values>({ resolver: zodResolver(schema) });
  const { errors } = formState;
  const message = (key?: string) => key && t(key as FormKey);
  const refused = signIn.error instanceof ApiError && signIn.error.status === 401;
  return (
    <form noValidate onSubmit={handleSubmit((values) => signIn.mutate(values))} className="space-y-5">
      {signIn.isError && <Banner tone="bad">{refused ? t("signIn.refused") : errorText(signIn.error)}</Banner>}
      <TextField
        label={t("signIn.email")}
        type="email"
        autoComplete="username"
        error={message(errors.email?.message)}
        {...register("email")}
      />
      <TextField
        label={t("signIn.password")}
        type="password"
        autoComplete="current-password"
        error={message(errors.password?.message)}
        {...register("password")}
      />
      <Button type="submit" look="primary" className="w-full" busy={signIn.isPending}>
        {t("signIn.submit")}
      </Button>
    </form>
  );
}

export default function SignInPage() {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const location = useLocation();
  useTitle(t("signIn.title"));
  if (me) return <Navigate to={(location.state as { from?: string } | null)?.from ?? "/"} replace />;
  return (
    <Door title={t("signIn.title")}>
      <SignInForm />
      <p className="mt-5 text-sm">
        <Link to="/forgot-password" className="inline-flex min-h-9 items-center font-semibold text-muted underline hover:text-ink">
          {t("signIn.forgot")}
        </Link>
      </p>
      <p className="mt-2 text-sm text-muted">{t("signIn.help")}</p>
    </Door>
  );
}
