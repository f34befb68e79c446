import { useMutation, useQueryClient } from "@tanstack/react-query";
import { acceptInvitation, askForReset, confirmEmail, resetPassword } from "@/api/account";
import { keys } from "@/api/query";
import { fetchWhoCame } from "./use-account";

/** Join a team by the link of a mail; whoever was invited is signed in afterwards. */
export function useAcceptInvitation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: acceptInvitation,
    onSuccess: async () => client.setQueryData(keys.me, await fetchWhoCame()),
  });
}

export function useAskForReset() {
  return useMutation({ mutationFn: askForReset });
}

export function useResetPassword() {
  return useMutation({ mutationFn: resetPassword });
}

export function useConfirmEmail() {
  return useMutation({ mutationFn: confirmEmail });
}
