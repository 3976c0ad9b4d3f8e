using Wan.Settings;

namespace Wan.Commands;

/// <summary>`wan --help`.</summary>
internal static class Help
{
    private const string Text = """
        wan: a wide area network inside one machine, of network namespaces joined by a path simulator

        usage:
          wan up N PROFILE [key=value ...]     N nodes (2 to 8), each with 10.77.0.K and fd77::K; returns when they are ready
             [--name NAME] [--seed S]          a name for a WAN beside others; the seed of all chance (1)
             [--mtu BYTES]                     of the devices (1500)
             [--urgency realtime|nice|normal]  how the forwarding thread runs, if permitted (realtime)
             [--foreground]                    stay, and end with Ctrl-C
          wan exec K [--] COMMAND ...          run a command inside node K (--name NAME before K)
          wan set [--pair A B] [--one-way] key=value ...
                                               change paths at run time: all of them, or one pair, or only A to B
          wan cut A B [--one-way]              lose everything between A and B, or only from A to B (--all: everywhere)
          wan heal A B [--one-way] | --all     end the cut
          wan stats [--json] [--reset]         packets and losses per pair, and how late the simulator itself was
          wan ls                               the WANs that are up
          wan down [--all]                     end a WAN, or all
          wan profiles                         the paths that have names
          Every command but ls and profiles takes --name NAME (default: "default").

        keys:
        """;

    private const string Codes = """
        exit codes: 0 done, 1 failed, 2 usage, 3 no such WAN or no answer, 4 not possible here, 5 name taken;
          wan exec returns the command's own, or 126 or 127 when it cannot be run
        """;

    public static void WriteTo(TextWriter output)
    {
        output.WriteLine(Text);
        foreach (PathSettingKey key in PathSettingKeys.List)
        {
            output.WriteLine($"  {key.Name,-14} {key.Takes}");
        }

        output.WriteLine();
        output.WriteLine(Codes);
    }
}
