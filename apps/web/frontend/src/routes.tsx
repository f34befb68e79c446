import { lazy, Suspense } from "react";
import { Navigate, Route, Routes, useLocation } from "react-router";
import { Shell } from "@/components/shell";
import { ErrorState, Loading } from "@/components/states";
import { useMe, useSignedOutWatch } from "@/hooks/use-account";
import { withTexts } from "@/i18n";

const SignInPage = lazy(() => import("@/pages/sign-in"));
const JoinPage = lazy(() => withTexts("account", import("@/pages/join")));
const PasswordPage = lazy(() => withTexts("account", import("@/pages/password")));
const ConfirmEmailPage = lazy(() => withTexts("account", import("@/pages/confirm-email")));
const DashboardPage = lazy(() => import("@/pages/dashboard"));
const SessionsPage = lazy(() => import("@/pages/sessions"));
const NewScanPage = lazy(() => import("@/pages/new-scan"));
const SessionPage = lazy(() => import("@/pages/session"));
const CalibrationPage = lazy(() => import("@/pages/calibration"));
const PlayersPage = lazy(() => import("@/pages/players"));
const PlayerPage = lazy(() => import("@/pages/player"));
const ComparePage = lazy(() => withTexts("compare", import("@/pages/compare")));
const CompareSessionsPage = lazy(() => withTexts("compare", import("@/pages/compare-sessions")));
const CalendarPage = lazy(() => withTexts("plans", import("@/pages/calendar")));
const ProposalsPage = lazy(() => withTexts("plans", import("@/pages/proposals")));
const PairingPage = lazy(() => withTexts("plans", import("@/pages/pairing")));
const PairPage = lazy(() => withTexts("live", withTexts("plans", import("@/pages/pair"))));
const LivePage = lazy(() => withTexts("live", withTexts("plans", import("@/pages/live"))));
const SettingsPage = lazy(() => withTexts("account", withTexts("plans", import("@/pages/settings"))));
const FeedbackPage = lazy(() => withTexts("feedback", withTexts("plans", import("@/pages/feedback"))));
const FeedbackTextPage = lazy(() => withTexts("feedback", withTexts("plans", import("@/pages/feedback-text"))));
const NotFoundPage = lazy(() => import("@/pages/not-found"));
const GalleryPage = import.meta.env.DEV ? lazy(() => withTexts("plans", import("@/pages/gallery"))) : NotFoundPage;

function SignedIn() {
  const me = useMe();
  const location = useLocation();
  useSignedOutWatch();
  if (me.isPending) return <Loading />;
  if (me.isError) {
    return (
      <div className="mx-auto max-w-xl p-6">
        <ErrorState error={me.error} retry={() => void me.refetch()} />
      </div>
    );
  }
  if (!me.data) return <Navigate to="/sign-in" replace state={{ from: location.pathname }} />;
  return <Shell />;
}

/** Every address of the app and the page it shows. */
export function Pages() {
  return (
    <Suspense fallback={<Loading />}>
      <Routes>
        <Route path="/sign-in" element={<SignInPage />} />
        <Route path="/pair" element={<PairPage />} />
        {/* Where links of mails lead. */}
        <Route path="/join" element={<JoinPage />} />
        <Route path="/forgot-password" element={<PasswordPage />} />
        <Route path="/reset-password" element={<PasswordPage />} />
        <Route path="/confirm-email" element={<ConfirmEmailPage />} />
        <Route element={<SignedIn />}>
          <Route index element={<DashboardPage />} />
          <Route path="sessions" element={<SessionsPage />} />
          <Route path="scan/new" element={<NewScanPage />} />
          <Route path="sessions/compare" element={<CompareSessionsPage />} />
          <Route path="sessions/:id" element={<SessionPage />} />
          <Route path="sessions/:id/calibration" element={<CalibrationPage />} />
          <Route path="players" element={<PlayersPage />} />
          <Route path="players/compare" element={<ComparePage />} />
          <Route path="players/:id" element={<PlayerPage />} />
          <Route path="calendar" element={<CalendarPage />} />
          <Route path="calendar/proposals" element={<ProposalsPage />} />
          <Route path="feedback" element={<FeedbackPage />} />
          <Route path="feedback/:id" element={<FeedbackTextPage />} />
          <Route path="live/:id?" element={<LivePage />} />
          <Route path="pairing" element={<PairingPage />} />
          <Route path="settings" element={<SettingsPage />} />
          {import.meta.env.DEV && <Route path="gallery" element={<GalleryPage />} />}
          <Route path="*" element={<NotFoundPage />} />
        </Route>
      </Routes>
    </Suspense>
  );
}
