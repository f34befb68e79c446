import { zodResolver } from "@hookform/resolvers/zod";
import { useForm } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { Navigate, useLocation } from "react-router";
import { z } from "zod/mini";
import { ApiError } from "@/api/errors";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { TextField } from "@/components/field";
import { Wordmark } from "@/components/logo";
import { PitchArt } from "@/components/pitch-art";
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
    <div className="grid min-h-dvh lg:grid-cols-[1.1fr_1fr]">
      <div className="on-pond relative flex flex-col justify-between overflow-hidden bg-pond px-6 py-6 text-on-pond sm:px-10 lg:py-10">
        <PitchArt className="absolute inset-0 size-full" />
        <div className="relative">
          <Wordmark />
        </div>
        <div className="relative mt-16 max-w-lg lg:mb-8">
          <p className="font-display text-[2rem] leading-[1.1] font-semibold text-balance sm:text-5xl">{t("signIn.claim")}</p>
          <p className="mt-4 text-on-pond-muted sm:text-lg">{t("signIn.promise")}</p>
        </div>
      </div>
      <main className="flex items-center justify-center px-6 py-10">
        <div className="w-full max-w-sm">
          <h1 className="mb-6 text-3xl font-semibold">{t("signIn.title")}</h1>
          <SignInForm />
          <p className="mt-6 text-sm text-muted">{t("signIn.help")}</p>
        </div>
      </main>
    </div>
  );
}
