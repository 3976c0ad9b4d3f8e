using System.Globalization;

namespace LoadGen.Raft;

/// <summary>A load that is measured, and what it is to reach as parts of etcd's figures; null where nothing is promised.</summary>
internal sealed record RaftCell(int Clients, int Groups)
{
    public double? MinOpsRatio { get; init; }

    public double? MaxP50Ratio { get; init; }

    public double? MaxP99Ratio { get; init; }

    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Clients} client{(Clients == 1 ? "" : "s")}, {Groups} group{(Groups == 1 ? "" : "s")}");

    public static IReadOnlyList<RaftCell> All { get; } =
    [
        new(1, 1) { MaxP50Ratio = 0.6 },
        new(64, 1) { MinOpsRatio = 6, MaxP99Ratio = 1.0 / 3 },
        new(256, 16) { MinOpsRatio = 8, MaxP99Ratio = 0.25 },
        new(1000, 64) { MinOpsRatio = 8, MaxP99Ratio = 0.25 },
    ];
}
