using Wan.Control;

namespace Wan.Commands;

/// <summary>`wan down`: asks the simulator to end, and ends it when it does not answer.</summary>
internal static class DownCommand
{
    private const int KillMs = 5_000;

    public static int Run(Arguments arguments, CommandContext context)
    {
        bool all = arguments.TakeFlag("--all");
        string name = CommandContext.TakeName(arguments);
        arguments.RefuseMore();
        List<WanState> living = context.Registry.List();
        if (!all)
        {
            living.RemoveAll(state => state.Name != name);
            if (living.Count == 0)
            {
                throw new WanException(ExitCode.Unreachable, $"no WAN named {name} is up: `wan ls` lists those that are");
            }
        }

        living.ForEach(state => End(state, context));
        return ExitCode.Done;
    }

    private static void End(WanState state, CommandContext context)
    {
        if (ControlClient.TryEnd(context.Registry.SocketPath(state.Name), state.Name))
        {
            return;
        }

        if (!state.Process.Kill(KillMs))
        {
            throw new WanException(ExitCode.Failed, $"the simulator of {state.Name} (process {state.Process.Pid}) does not end: see what holds it in /proc/{state.Process.Pid}/stack");
        }

        context.Registry.Release(state.Name);
    }
}
